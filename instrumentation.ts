/** Next calls this once, before the first request: the long-lived parts start here (design decision 9). */
export async function register(): Promise<void> {
  // Written as one condition around the import, so that it is left out of the bundle for the edge runtime.
  if (process.env.NEXT_RUNTIME === 'nodejs' && process.env.NEXT_PHASE !== 'phase-production-build') {
    const { startProcess } = await import('@/lib/account/process');
    await startProcess();
    const { answerDirectly } = await import('@/lib/jmap/http/direct');
    answerDirectly();
  }
}
