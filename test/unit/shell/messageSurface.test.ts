import assert from 'node:assert/strict';
import { surfaceOf } from '../../../src/shell/panels/messageSurface';

describe('the messages of a panel', () => {
  const posted: unknown[] = [];
  const webview = {
    postMessage: async (message: unknown) => {
      posted.push(message);
      return true;
    },
    onDidReceiveMessage: () => ({ dispose: () => undefined }),
  };
  const notice = { jsonrpc: '2.0', method: 'panel.run', params: {} };
  const answer = { jsonrpc: '2.0', id: 1, result: {} };

  beforeEach(() => posted.splice(0));

  it('all reach a panel that is shown', async () => {
    const surface = surfaceOf({ visible: true, webview });
    assert.deepEqual([await surface.postMessage(notice), await surface.postMessage(answer)], [true, true]);
    assert.deepEqual(posted, [notice, answer]);
  });

  it('are only answers while it is hidden', async () => {
    const surface = surfaceOf({ visible: false, webview });
    assert.deepEqual([await surface.postMessage(notice), await surface.postMessage(answer)], [false, true]);
    assert.deepEqual(posted, [answer]);
  });
});
