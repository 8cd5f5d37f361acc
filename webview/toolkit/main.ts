/**
 * The root of a script of its own, which `webview/shared/toolkit.ts` asks for: it registers the toolkit's elements that our
 * panels use. Its `vscode-badge` violates the content security policy (it writes an inline style) and is not among them.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodePanels,
  vsCodePanelTab,
  vsCodePanelView,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

// What is in a list or in tabs comes first: what holds it reads its parts when it is registered itself.
provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeOption(),
  vsCodeDropdown(),
  vsCodePanelTab(),
  vsCodePanelView(),
  vsCodePanels(),
  vsCodeTextField(),
);
// The toolkit reads VS Code's colours when the page has loaded, which may be over: then it is told so here.
if (document.readyState === 'complete') window.dispatchEvent(new Event('load'));
