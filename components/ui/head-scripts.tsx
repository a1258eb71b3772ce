'use client';
/**
 * What must run before everything else stands in the document itself. Only there: written by a component of the browser's side it is
 * not repeated in the data that comes with the page.
 */
import { EARLY_ACTS } from './early-acts';
import { TRUSTED_SCRIPTS } from './trusted-scripts';

export function HeadScripts({ nonce }: { nonce: string | undefined }) {
  return <script nonce={nonce}>{TRUSTED_SCRIPTS + EARLY_ACTS}</script>;
}
