'use client';
/** Jumps to the parts of the settings: beside them on the desk, above them on the phone. */
import { useTranslations } from 'use-intl';

const SECTIONS = [
  ['accounts', 'accounts'],
  ['signature', 'signature'],
  ['appearance', 'appearance'],
  ['notifications', 'notifications'],
  ['sending', 'sending'],
  ['images', 'images'],
  ['devices', 'devices'],
  ['app-passwords', 'appPasswords'],
  ['activity', 'activity'],
  ['keys', 'keys'],
  ['about', 'about'],
] as const;

export function SectionList() {
  const t = useTranslations('settings');
  return (
    <nav
      aria-label={t('sections')}
      className="-mx-3 grid grid-cols-2 gap-x-2 lg:sticky lg:top-16 lg:grid-cols-1"
    >
      {SECTIONS.map(([id, key]) => (
        <a
          key={id}
          href={`#${id}`}
          className="target flex items-center rounded-control px-3 text-text-2 text-ui no-underline hover:bg-hover hover:text-text"
        >
          {t(key)}
        </a>
      ))}
    </nav>
  );
}
