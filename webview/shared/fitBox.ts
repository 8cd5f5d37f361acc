/** Makes a box that scrolls end where the window ends, so that both ends of it are seen without scrolling the page. */
const leastPx = 260;
const belowPx = 24;

export function fitBox(box: HTMLElement): void {
  const topPx = box.getBoundingClientRect().top + window.scrollY;
  const heightPx = `${Math.max(leastPx, Math.floor(window.innerHeight - topPx - belowPx))}px`;
  if (box.style.getPropertyValue('--boxHeight') !== heightPx) box.style.setProperty('--boxHeight', heightPx);
}
