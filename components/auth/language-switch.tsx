'use client';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'use-intl';
import { cx } from '@/components/ui/class-names';
import { savePreference } from '@/components/ui/save-preference';
import { LOCALE_NAMES, LOCALES } from '@/lib/i18n/locales';

export function LanguageSwitch() {
  const t = useTranslations('signIn');
  const current = useLocale();
  const router = useRouter();
  return (
    <nav aria-label={t('language')} className="flex justify-center gap-2">
      {LOCALES.map((locale) => (
        <button
          key={locale}
          type="button"
          lang={locale}
          aria-current={locale === current ? 'true' : undefined}
          onClick={async () => {
            await savePreference('locale', locale);
            router.refresh();
          }}
          className={cx(
            'target rounded-control px-2 text-row hover:bg-hover',
            locale === current ? 'font-medium text-text' : 'text-text-3',
          )}
        >
          {LOCALE_NAMES[locale]}
        </button>
      ))}
    </nav>
  );
}
