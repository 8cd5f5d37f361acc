/**
 * When a panel's first picture is painted: what it does not need is loaded and made after it, so that it comes sooner. Where
 * there is none to wait for, or nobody sees it, that is done a moment later all the same.
 */
import type { FrameLoop } from './frameLoop';

/** Nothing is drawn any more for so many frames: what comes into view is known one after it is laid out. */
const quietFrames = 2;
const longestMs = 1000;

/** Calls once. `hasContent`: the page shows what it is for, or why it cannot. */
export function afterFirstPicture(frames: FrameLoop, hasContent: () => boolean, act: () => void): void {
  let quiet = 0;
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(latest);
    act();
  };
  const latest = setTimeout(end, longestMs);
  const look = (): void => {
    if (isOver) return;
    // A script that joins a page while it is loaded delays its end, and VS Code shows it only then.
    quiet = frames.isIdle && hasContent() && document.readyState === 'complete' ? quiet + 1 : 0;
    if (quiet > quietFrames) end();
    else requestAnimationFrame(look);
  };
  look();
}
