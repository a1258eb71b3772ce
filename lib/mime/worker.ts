/** Entry of a parsing worker (worker-pool.ts): one request, one answer. */
import { parentPort } from 'node:worker_threads';
import { type Tasks, tasks } from './tasks';

export interface WorkerRequest {
  name: keyof Tasks;
  args: unknown[];
}

export type WorkerAnswer = { result: unknown } | { error: string };

function answer({ name, args }: WorkerRequest): WorkerAnswer {
  try {
    const task = tasks[name] as (...values: unknown[]) => unknown;
    return { result: task(...args) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on('message', (request: WorkerRequest) => parentPort?.postMessage(answer(request)));
