export { csvReader } from './csv-reader';
