'use client';
/**
 * Shows cleaned mail in a sandboxed frame without scripts, whose empty document has its own policy (design, decision 6). Takes nothing
 * but CleanHtml, as nodes; the parent measures it and catches its links and keys.
 */
import { useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import type { CleanHtml } from './clean-html';
import { recolour } from './dark-colours';
import { foldQuotes } from './fold-quotes';
import { placeFrame } from './frames';

/** S5: beyond this the mail scrolls in its own box. */
const MAX_HEIGHT = 20_000;
const FIRST_HEIGHT = 120;
/** Smaller is not read. What does not fit even so is scrolled sideways, and may as well be readable. */
const MIN_ZOOM = 0.5;
const SCROLLED_ZOOM = 0.8;

interface Props {
  html: CleanHtml;
  title: string;
  dark: boolean;
  foldLabel: string | null;
  onMailto: (href: string) => void;
  onKey: (event: KeyboardEvent) => void;
}

export function HtmlFrame({ html, title, dark, foldLabel, onMailto, onKey }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [document, setDocument] = useState<Document | null>(null);
  const [height, setHeight] = useState(FIRST_HEIGHT);
  const clicked = useEffectEvent((event: MouseEvent) => catchLink(event, onMailto));
  const pressed = useEffectEvent((event: KeyboardEvent) => onKey(event));

  useLayoutEffect(() => (box.current ? placeFrame(box.current, title, setDocument) : undefined), [title]);
  useLayoutEffect(() => {
    if (!document) return;
    fill(document, html, { dark, foldLabel });
    const measure = () => setHeight(fitted(document));
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    measure();
    document.addEventListener('click', clicked);
    document.addEventListener('keydown', pressed);
    return () => {
      observer.disconnect();
      document.removeEventListener('click', clicked);
      document.removeEventListener('keydown', pressed);
    };
  }, [html, dark, foldLabel, document]);

  return (
    <div
      ref={box}
      className="md:mx-2"
      style={{ height: Math.min(height, MAX_HEIGHT), colorScheme: dark ? 'dark' : 'light' }}
    />
  );
}

function fill(document: Document, html: CleanHtml, look: { dark: boolean; foldLabel: string | null }): void {
  const body = document.importNode(html.body, true);
  for (const style of document.querySelectorAll('style[data-mail]')) style.remove();
  for (const style of html.styles) {
    const copy = document.importNode(style, true);
    copy.dataset.mail = '';
    document.head.append(copy);
  }
  document.documentElement.toggleAttribute('data-dark', look.dark);
  document.body.replaceChildren(body);
  if (look.foldLabel !== null) foldQuotes(body, look.foldLabel);
  if (look.dark) recolour(body);
}

/** Wide mail is made smaller to fit, as a phone's own mail program does; pinch makes it larger again. */
function fitted(document: Document): number {
  const content = document.body.firstElementChild as HTMLElement | null;
  if (!content) return FIRST_HEIGHT;
  const room = document.documentElement.clientWidth - 32;
  const zoom = Number(content.style.zoom || 1);
  const wide = content.scrollWidth * zoom;
  const fit = room / wide;
  if (wide > room + 1 && zoom === 1) content.style.zoom = String(fit < MIN_ZOOM ? SCROLLED_ZOOM : fit);
  return Math.ceil(document.body.scrollHeight);
}

function catchLink(event: MouseEvent, onMailto: (href: string) => void): void {
  const link = (event.target as Element | null)?.closest?.('a[href]');
  const href = link?.getAttribute('href') ?? '';
  if (!/^mailto:/i.test(href)) return;
  event.preventDefault();
  onMailto(href);
}
