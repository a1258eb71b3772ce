'use client';
/**
 * Code that comes when it is needed. React.lazy takes a failed fetch for the last word and its error takes the whole page away; here it
 * is said in its place and fetched again: by the button, when the network is back, at the next need.
 */
import { type ComponentType, type ReactNode, useCallback, useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './button';
import { Notice } from './notice';

interface OnDemand<P> {
  (props: P): ReactNode;
  /** Rejects when the code could not be fetched. */
  preload(): Promise<void>;
}

interface Code<P> {
  known: ComponentType<P> | null;
  preload(): Promise<void>;
}

/**
 * @param meanwhile stands in its place while it comes.
 * @param _here what it uses too and whoever names it has in any case: so the bundler puts it beside that one, and not into both.
 */
export function onDemand<P extends object>(
  load: () => Promise<ComponentType<P>>,
  meanwhile: ReactNode = null,
  _here: readonly unknown[] = [],
): OnDemand<P> {
  const code: Code<P> = {
    known: null,
    preload: async () => {
      code.known ??= await load();
    },
  };
  const shown = (props: P) => <Demanded<P> code={code} props={props} meanwhile={meanwhile} />;
  return Object.assign(shown, { preload: code.preload });
}

interface DemandedProps<P> {
  code: Code<P>;
  props: P;
  meanwhile: ReactNode;
}

function Demanded<P extends object>({ code, props, meanwhile }: DemandedProps<P>) {
  const [state, setState] = useState<'waiting' | 'here' | 'failed'>('waiting');
  const fetch = useCallback(() => {
    setState('waiting');
    code.preload().then(
      () => setState('here'),
      () => setState('failed'),
    );
  }, [code]);
  useEffect(() => {
    if (code.known) return;
    fetch();
    window.addEventListener('online', fetch);
    return () => window.removeEventListener('online', fetch);
  }, [code, fetch]);
  const { known: Known } = code;
  if (Known) return <Known {...props} />;
  return state === 'failed' ? <Missing retry={fetch} /> : meanwhile;
}

function Missing({ retry }: { retry: () => void }) {
  const t = useTranslations();
  return (
    // Dialogs and panels have no place of their own until their code is there.
    <Notice
      tone="warn"
      live
      actions={<Button onClick={retry}>{t('ui.tryAgain')}</Button>}
      className="fixed start-4 bottom-20 z-toast max-w-[calc(100vw-2rem)] rounded-float shadow-float md:bottom-4 md:max-w-120"
    >
      {t('ui.codeMissing')}
    </Notice>
  );
}
