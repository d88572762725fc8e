import { setUp } from './setup/index.mjs';

/** `npm start`: brings the checkout up to date, then becomes the supervisor. */
await setUp({ temporal: true });
await import('../dist/worker/stack/main.js');
