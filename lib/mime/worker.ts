/** Entry of a parsing thread (worker-pool.ts). */
import { serveTasks } from '@/lib/thread-entry';
import { tasks } from './tasks';

serveTasks(tasks);
