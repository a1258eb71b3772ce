/** The other end of a ThreadPool: one request, one answer. */
import { parentPort } from 'node:worker_threads';
import type { TaskAnswer, TaskError, TaskRequest } from './thread-pool';

type Task = (...args: unknown[]) => unknown;

/** Called once by the entry of a thread. */
export function serveTasks(tasks: object): void {
  const byName = tasks as Record<PropertyKey, Task>;
  parentPort?.on('message', (request: TaskRequest) => {
    answer(byName, request).then((answered) => parentPort?.postMessage(answered));
  });
}

async function answer(tasks: Record<PropertyKey, Task>, { name, args }: TaskRequest): Promise<TaskAnswer> {
  try {
    return { result: await tasks[name]?.(...args) };
  } catch (error) {
    return { error: taskError(error) };
  }
}

function taskError(error: unknown): TaskError {
  if (!(error instanceof Error)) return { message: String(error), stack: '', code: null };
  const code = 'code' in error ? String(error.code) : null;
  return { message: error.message, stack: error.stack ?? '', code };
}
