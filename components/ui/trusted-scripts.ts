/**
 * The default Trusted Types policy (security.md S23): scripts and workers may be loaded from our own static files, and no string
 * ever becomes markup or code by itself. Next's chunk loader assigns plain strings, so without it nothing would load;
 * it also finds a chunk again by the very string it assigned, so that is what it gets back.
 */
export const TRUSTED_SCRIPTS = `window.trustedTypes?.createPolicy('default', {
  createScriptURL(address) {
    const url = new URL(address, location.href);
    return url.origin === location.origin && /^\\/(_next\\/static|pdf)\\//.test(url.pathname) ? address : null;
  },
});`;
