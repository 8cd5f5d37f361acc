import assert from 'node:assert/strict';
import { noticeHtml, panelHtml } from '../../../src/shell/panels/panelHtml';

const page = {
  title: '<img src=x onerror=alert(1)> "a" & \'b\'',
  cspSource: 'https://webview',
  script: 'https://webview/run.js',
  style: 'main > p { color: red }',
  pictureScript: 'if (1 < 2) show("a");',
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
    assert.ok(html.includes(`<style nonce="${nonce}" class="panelStyle">${page.style}</style>`));
    assert.ok(!html.includes('style='));
  });

  it('has a first picture when there is one, and the script that shows it', () => {
    assert.ok(!panelHtml(page).includes(page.pictureScript));
    const html = panelHtml({ ...page, picture: { html: '<main>curves</main>', drawnAtMs: 5 } });
    const nonce = /script-src &#39;nonce-([^&]+)&#39;/.exec(html)?.[1] ?? '';
    assert.ok(html.includes('<template class="firstPicture" data-drawn-at-ms="5"><main>curves</main></template>'));
    assert.ok(html.includes(`<script nonce="${nonce}">${page.pictureScript}</script>`));
  });

  it('is not made of code that would end early in it', () => {
    for (const code of [{ pictureScript: "'</Script>'" }, { pictureScript: '"<!--"' }, { style: '/*</style>*/' }]) {
      assert.throws(() => panelHtml({ ...page, ...code }), /sidelab-run-panel/);
    }
  });

  it('has a new nonce each time', () => {
    assert.notEqual(panelHtml(page), panelHtml(page));
  });

  it('shows names as text', () => {
    assert.ok(!panelHtml(page).includes('<img'));
    assert.ok(!noticeHtml('<img src=x>').includes('<img'));
  });
});
