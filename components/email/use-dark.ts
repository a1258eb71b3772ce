'use client';
import { useSyncExternalStore } from 'react';

const SYSTEM = '(prefers-color-scheme: dark)';

function onChange(told: () => void): () => void {
  const query = window.matchMedia(SYSTEM);
  const observer = new MutationObserver(told);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  query.addEventListener('change', told);
  return () => {
    observer.disconnect();
    query.removeEventListener('change', told);
  };
}

function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === undefined ? window.matchMedia(SYSTEM).matches : theme === 'dark';
}

export const useDark = (): boolean => useSyncExternalStore(onChange, isDark, () => false);
