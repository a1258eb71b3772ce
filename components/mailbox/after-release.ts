/**
 * A menu that opens while the button or the finger is still down would be dismissed by its release (HTML, popover light dismiss):
 * Linux and macOS send `contextmenu` at the press, Android in the middle of a long one.
 */
export function afterRelease(event: MouseEvent, open: () => void): void {
  const touch = event instanceof PointerEvent && event.pointerType === 'touch';
  if (event.buttons === 0 && !touch) {
    open();
    return;
  }
  const end = new AbortController();
  const released = () => {
    end.abort();
    setTimeout(open);
  };
  window.addEventListener('pointerup', released, { signal: end.signal });
  window.addEventListener('pointercancel', released, { signal: end.signal });
}
