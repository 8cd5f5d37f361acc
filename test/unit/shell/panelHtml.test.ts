import assert from 'node:assert/strict';
import { noticeHtml, panelHtml } from '../../../src/shell/panels/panelHtml';

const page = {
  title: '<img src=x onerror=alert(1)> "a" & \'b\'',
  cspSource: 'https://webview',
  script: 'https://webview/run.js',
  style: 'https://webview/run.css',
  element: 'sidelab-run-panel',
  stateJson: '{"a":"<img src=x>"}',
};

describe('the page of a panel', () => {
  it('allows its own script and style, and nothing else', () => {
    const html = panelHtml(page).replaceAll('&#39;', "'");
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    assert.ok(nonce.length >= 22);
    assert.equal(
      policy.replaceAll(nonce, 'N'),
      "default-src 'none'; img-src https://webview data:; font-src https://webview; style-src https://webview 'nonce-N'; script-src 'nonce-N'",
    );
    assert.ok(html.includes(`<script nonce="${nonce}" src="https://webview/run.js">`));
    assert.ok(!html.includes('style='));
  });

  it('has a new nonce each time', () => {
    assert.notEqual(panelHtml(page), panelHtml(page));
  });

  it('shows names as text', () => {
    assert.ok(!panelHtml(page).includes('<img'));
    assert.ok(!noticeHtml('<img src=x>').includes('<img'));
  });
});
