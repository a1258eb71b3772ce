/** Formatted or plain, as it was chosen last on this device. */
import type { Draft } from '@/lib/client/draft/draft';

const NAME = 'gatepost-format';

export const lastFormat = (): Draft['format'] => (localStorage.getItem(NAME) === 'text' ? 'text' : 'html');

export const rememberFormat = (format: Draft['format']): void => localStorage.setItem(NAME, format);
