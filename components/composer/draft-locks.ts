/** Each message being written is held by one tab, so that nothing is restored twice; what a tab held it knows after a reload. */
const NAME = 'gatepost-held';
/** The last ones; older ones were sent or discarded long ago. */
const MAX_KNOWN = 100;

const held = new Map<string, () => void>();

/**
 * False when another tab has it: that is not waited for. What this tab itself had before a reload is: the page that goes lets go
 * of it a moment after the new one has begun. A window that this tab opened knows what this tab held.
 * Without locks (plain http on another host) there is nobody to ask.
 */
export function hold(key: string): Promise<boolean> {
  if (held.has(key) || !('locks' in navigator)) return Promise.resolve(true);
  const options: LockOptions = known().includes(key) ? {} : { ifAvailable: true };
  return new Promise((resolve, reject) => {
    const taken = (lock: Lock | null): Promise<void> | undefined => {
      if (lock) remember(key);
      resolve(lock !== null);
      return lock ? new Promise((done) => held.set(key, done)) : undefined;
    };
    navigator.locks.request(`gatepost-draft-${key}`, options, taken).catch(reject);
  });
}

export function release(key: string): void {
  held.get(key)?.();
  held.delete(key);
}

function known(): string[] {
  return (sessionStorage.getItem(NAME) ?? '').split(' ');
}

function remember(key: string): void {
  const others = known().filter((one) => one !== key);
  sessionStorage.setItem(NAME, [...others, key].slice(-MAX_KNOWN).join(' '));
}
