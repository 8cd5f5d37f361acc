/**
 * Shows the first picture that a page was sent with, before the panel's own script has come: in a part of the page that nothing else
 * sees, neither the panel's code nor a screen reader, and that goes as soon as somebody wants to use the panel. A picture that does not
 * fit, or that is of another time because VS Code has made the page anew, is not shown.
 */

/** Longer a page is not on its way. */
const newestMs = 10_000;
/** Then something is wrong with the panel, and nobody should take its picture for it. */
const longestMs = 10_000;
/** The rounding of sizes, not more. */
const fitsPx = 2;

const template = document.querySelector('template.firstPicture');
const style = document.querySelector('style.panelStyle');
if (template instanceof HTMLTemplateElement && style) {
  const isNew = Math.abs(Date.now() - Number(template.dataset['drawnAtMs'])) < newestMs;
  if (isNew) show(template, style.textContent);
  else template.remove();
}

function show(template: HTMLTemplateElement, styleText: string): void {
  const picture = document.createElement('div');
  picture.className = 'firstPicture';
  picture.inert = true;
  picture.ariaHidden = 'true';
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styleText);
  const root = picture.attachShadow({ mode: 'closed' });
  root.adoptedStyleSheets = [sheet];
  root.append(template.content);
  template.replaceWith(picture);
  const fits = [...root.querySelectorAll('svg.plotPicture')].every((plot) => {
    const { clientWidth = 0, clientHeight = 0 } = plot.parentElement ?? {};
    return isNear(plot.clientWidth, clientWidth) && isNear(plot.clientHeight, clientHeight);
  });
  if (!fits) return picture.remove();
  const over = new AbortController();
  const end = (): void => {
    over.abort();
    picture.remove();
  };
  for (const use of ['pointerdown', 'wheel', 'keydown']) {
    addEventListener(use, end, { signal: over.signal, capture: true, passive: true });
  }
  setTimeout(end, longestMs);
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= fitsPx;
}
