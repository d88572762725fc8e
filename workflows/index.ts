// Everything exported here is a workflow type; helpers stay out.
export { importBatch } from './import-batch';
export { monthlyClose } from './monthly-close';
export { probeSource } from './probe-source';
export { pullSource } from './pull-source';
export { startMonthlyClose } from './start-monthly-close';
