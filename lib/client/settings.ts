/** The user's settings that the mail screens need, read once a page (docs/http.md). */
import { control } from '@/lib/client/control/request';
import { LinkFault } from '@/lib/client/jmap';

export interface MailSettings {
  remoteImages: 'ask' | 'always';
  trustedSenders: string[];
  originalColours: string[];
  /** How long a message is held after Send, so that it can be called back. */
  undoSeconds: number;
  answerPosition: 'above' | 'below';
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

  /** Remote images of this sender are shown from now on, or asked for again. */
  trust(sender: string, on = true): Promise<void> {
    return this.#listed('trustedSenders', sender, on);
  }

  /** HTML of this sender keeps its own colours in the dark, or is recoloured again. */
  keepColours(sender: string, on: boolean): Promise<void> {
    return this.#listed('originalColours', sender, on);
  }

  /** Shown at once; taken back when it cannot be kept. */
  async #listed(list: 'trustedSenders' | 'originalColours', sender: string, on: boolean): Promise<void> {
    await this.load();
    const before = this.#value;
    // Without the list as it is, one name would take the place of all.
    if (!before) throw new LinkFault();
    const address = sender.toLowerCase();
    const others = before[list].filter((one) => one !== address);
    const next = on ? [...others, address] : others;
    this.#set({ ...before, [list]: next });
    try {
      this.#set(await control<MailSettings>('PATCH', '/api/settings', { [list]: next }));
    } catch (error) {
      this.#set(before);
      throw error;
    }
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
