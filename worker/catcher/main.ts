import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, loadEnvFile, mailUrlPath } from '../config';
import { freePort, isListening } from '../stack/ports';
import { Mailbox } from './mailbox';
import { catchMails } from './smtp';
import { mailPages } from './web';

const LOOPBACK = '127.0.0.1';

/** The embedded mail catcher: SMTP on one port, its page on the next, both on this machine only. */
async function main(): Promise<void> {
  loadEnvFile();
  const { dataDir, ports } = loadConfig(process.env);
  const mailbox = new Mailbox(join(dataDir, 'mail'));
  const smtp = catchMails(mailbox);
  const pages = mailPages(mailbox);
  process.once('SIGTERM', () => {
    pages.close();
    pages.closeAllConnections();
    smtp.close();
  });
  // The page matters less than the product: where its port is taken (by a copy beside this one), any other will do.
  const port = (await isListening(ports.mailWeb)) ? await freePort() : ports.mailWeb;
  smtp.on('error', (error) => console.error(error.message));
  smtp.server.once('error', fail);
  pages.once('error', fail).listen(port, LOOPBACK, () => {
    writeFileSync(mailUrlPath(dataDir), `http://${LOOPBACK}:${port}`);
    smtp.listen(ports.smtp, LOOPBACK);
  });
}

function fail(error: Error): void {
  console.error(error.message);
  process.exit(1);
}

void main();
