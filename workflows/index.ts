// Everything exported here is a workflow type; helpers stay out.
export { importBatch } from './import-batch';
export { monthlyClose } from './monthly-close';
export { startMonthlyClose } from './start-monthly-close';
