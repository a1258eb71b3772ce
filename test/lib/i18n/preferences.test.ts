import { describe, expect, it } from 'vitest';
import { preferenceCookie, readPreferences } from '@/lib/i18n/preferences';

const read = (cookies: Record<string, string>) => readPreferences((name) => cookies[name]);

describe('preferences', () => {
  it('are the system’s without cookies', () => {
    expect(read({})).toEqual({
      theme: 'system',
      contrast: 'system',
      density: 'normal',
      readingPane: 'right',
      locale: null,
      timeZone: null,
      screen: 'desk',
    });
  });

  it('come back as they were written', () => {
    const { name, value } = preferenceCookie('theme', 'dark');
    expect(read({ [name]: value }).theme).toBe('dark');
    const zone = preferenceCookie('timeZone', 'Europe/Moscow');
    expect(read({ [zone.name]: zone.value }).timeZone).toBe('Europe/Moscow');
  });

  it.each(['Asia/Kolkata', 'Asia/Calcutta', 'Europe/Kyiv', 'Etc/GMT-3'])(
    'know the zone under each of its names: %s',
    (zone) => {
      expect(read({ 'gatepost-timezone': zone }).timeZone).toBe(zone);
    },
  );

  it('ignore what nobody could have chosen', () => {
    const odd = read({
      'gatepost-theme': '"><script>',
      'gatepost-locale': 'xx',
      'gatepost-timezone': 'Mars/Olympus',
      'gatepost-density': 'DENSE',
    });
    expect(odd).toMatchObject({ theme: 'system', locale: null, timeZone: null, density: 'normal' });
  });

  it('are forgotten by null', () => {
    expect(preferenceCookie('locale', null).expires).toBe(0);
  });
});
