import { setUp } from './setup/index.mjs';

/** `npm run build`: everything but the Temporal server. */
await setUp();
