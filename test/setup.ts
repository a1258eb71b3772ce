import { setLogLevel } from '@/lib/log';

// The tests provoke what the log warns of; what they assert is what was answered.
setLogLevel('silent');
