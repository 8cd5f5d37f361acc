/**
 * The toolkit's elements (buttons, drop-downs, tabs, text fields) come with a script of their own, after a panel's first
 * picture: they are a fifth of what it would have to load and run before it shows anything. Until then they are in the page
 * without being known to the browser, and `toolkitToCome.css` gives them their place and much of their look.
 */

/** To be called while the panel's own script is evaluated: the other is beside it. What is returned loads it, or throws. */
export function toolkitScript(): () => Promise<void> {
  const own = document.currentScript;
  return async () =>
    new Promise((resolve, reject) => {
      if (!(own instanceof HTMLScriptElement)) return reject(new Error('The script of the panel is not known.'));
      const script = document.createElement('script');
      script.nonce = own.nonce;
      script.src = new URL('toolkit.js', own.src).href;
      script.onload = () => resolve();
      script.onerror = () => reject(new Error(`${script.src} was not loaded.`));
      document.head.append(script);
    });
}
