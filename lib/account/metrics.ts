/** How this process stands, in the text format of Prometheus 0.0.4: numbers only, no names and no addresses (security.md S33). */
import { performance } from 'node:perf_hooks';
import type { Runtime } from './runtime';

type Sample = [labels: string, value: number];
type Family = [name: string, type: 'gauge' | 'counter', help: string, samples: Sample[]];

export async function metricsOf(runtime: Runtime): Promise<string> {
  const families = [...processFamilies(), ...mailFamilies(runtime), ...(await storedFamilies(runtime))];
  return families.map(text).join('');
}

function text([name, type, help, samples]: Family): string {
  const full = `gatepost_${name}`;
  const lines = samples.map(([labels, value]) => `${full}${labels && `{${labels}}`} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function processFamilies(): Family[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return [
    ['uptime_seconds', 'gauge', 'Since the start of the process.', [['', Math.round(process.uptime())]]],
    ['resident_memory_bytes', 'gauge', 'Memory of the process.', [['', rss]]],
    ['heap_used_bytes', 'gauge', 'Memory of JavaScript.', [['', heapUsed]]],
    ['cpu_seconds_total', 'counter', 'Processor time used.', [['', (user + system) / 1e6]]],
    [
      'event_loop_utilization',
      'gauge',
      'Share of the time since the start in which the event loop was busy.',
      [['', performance.eventLoopUtilization().utilization]],
    ],
  ];
}

function mailFamilies({ accounts, hub }: Runtime): Family[] {
  const standing = new Map<string, number>();
  for (const account of accounts.allOpened()) {
    const labels = `kind="${account.record.kind}",connection="${account.status().connection}"`;
    standing.set(labels, (standing.get(labels) ?? 0) + 1);
  }
  return [
    ['accounts_open', 'gauge', 'Accounts that this process works for now.', [...standing]],
    ['event_streams', 'gauge', 'Open event streams.', [['', hub.streams]]],
  ];
}

async function storedFamilies({ databases: { main } }: Runtime): Promise<Family[]> {
  const count = async (table: 'user' | 'account' | 'session'): Promise<Sample[]> => {
    const row = await main
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number | string>().as('n'))
      .executeTakeFirstOrThrow();
    return [['', Number(row.n)]];
  };
  const submissions = await main
    .selectFrom('submission')
    .select(({ fn }) => ['state', fn.countAll<number | string>().as('n')])
    .where('destroyed', '=', 0)
    .groupBy('state')
    .execute();
  return [
    ['users', 'gauge', 'People known here.', await count('user')],
    ['accounts', 'gauge', 'Their accounts.', await count('account')],
    ['sessions', 'gauge', 'Signed-in browsers.', await count('session')],
    [
      'submissions',
      'gauge',
      'Messages by where their sending stands.',
      submissions.map(({ state, n }) => [`state="${state}"`, Number(n)]),
    ],
  ];
}
