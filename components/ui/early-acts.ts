/**
 * What the server paints is looked at, and clicked, before its code has come. From the first byte of the page until it is alive
 * (components/ui/alive) every click, key and typed word that only code could answer is kept here, and answered then.
 */

/** What the platform answers by itself (links, fields, folds) is left to it. */
export const EARLY_ACTS = `(() => {
  const acts = [];
  const words = 'input:not([type=checkbox],[type=radio]),textarea,select';
  const keep = (event) => {
    const { type, target, key } = event;
    const inside = (selector) => target.closest?.(selector);
    if (early.repeats || !event.isTrusted || acts.length > 99) return;
    if (type === 'click' && inside('a[href],summary,' + words)) return;
    if (/input|change/.test(type) && !inside(words)) return;
    if (type === 'keydown') {
      if (inside(words) || event.ctrlKey || event.metaKey || event.altKey || key === 'Tab') return;
      if (key.length === 1 && key !== ' ') event.preventDefault();
    } else event.preventDefault();
    event.stopImmediatePropagation();
    acts.push({ event, path: event.composedPath(), value: target.value });
  };
  const types = ['click', 'keydown', 'input', 'change', 'submit'];
  for (const type of types) addEventListener(type, keep, true);
  const end = () => {
    for (const type of types) removeEventListener(type, keep, true);
  };
  const early = (window.earlyActs = { acts, end, repeats: false });
})();`;
