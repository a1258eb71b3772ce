/** The user's settings that the mail screens need, read once a page (docs/http.md). */
import { control } from '@/lib/client/control/request';

export interface MailSettings {
  remoteImages: 'ask' | 'always';
  trustedSenders: string[];
  /** How long a message is held after Send, so that it can be called back. */
  undoSeconds: number;
}

type Listener = () => void;

export class Settings {
  #value: MailSettings | null = null;
  #flight: Promise<void> | null = null;
  #listeners = new Set<Listener>();

  subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  value = (): MailSettings | null => this.#value;

  /** A failure is no reason to show remote images, and asking again is. */
  load(): Promise<void> {
    this.#flight ??= control<MailSettings>('GET', '/api/settings').then(
      (settings) => this.#set(settings),
      () => {
        this.#flight = null;
      },
    );
    return this.#flight;
  }

  async trust(sender: string): Promise<void> {
    const trustedSenders = [...new Set([...(this.#value?.trustedSenders ?? []), sender.toLowerCase()])];
    this.#set(await control<MailSettings>('PATCH', '/api/settings', { trustedSenders }));
  }

  #set(settings: MailSettings): void {
    this.#value = settings;
    for (const listener of this.#listeners) listener();
  }
}

export function showsImages(settings: MailSettings | null, sender: string): boolean {
  if (!settings) return false;
  const address = sender.toLowerCase();
  const domain = address.slice(address.lastIndexOf('@'));
  return (
    settings.remoteImages === 'always' ||
    settings.trustedSenders.some((trusted) => trusted === address || trusted === domain)
  );
}
