/** Next calls this once, before the first request: the long-lived parts start here (design decision 9). */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs' || process.env.NEXT_PHASE === 'phase-production-build') return;
  const { startProcess } = await import('@/lib/account/process');
  await startProcess();
}
