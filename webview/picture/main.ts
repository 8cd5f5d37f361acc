/**
 * Shows the first picture that a page was sent with, before the panel's own script has come: in a part of the page that nothing else
 * sees, neither the panel's code nor a screen reader, and that goes as soon as somebody wants to use the panel.
 */

const template = document.querySelector('template.firstPicture');
const style = document.querySelector('style.panelStyle');
if (template instanceof HTMLTemplateElement && style) {
  const picture = document.createElement('div');
  picture.className = 'firstPicture';
  picture.inert = true;
  picture.ariaHidden = 'true';
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style.textContent);
  const root = picture.attachShadow({ mode: 'closed' });
  root.adoptedStyleSheets = [sheet];
  root.append(template.content);
  template.replaceWith(picture);
  const end = (): void => picture.remove();
  for (const use of ['pointerdown', 'wheel', 'keydown']) {
    addEventListener(use, end, { once: true, capture: true, passive: true });
  }
}
