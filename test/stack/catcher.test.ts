import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { Mailbox } from '../../worker/catcher/mailbox';
import { catchMails } from '../../worker/catcher/smtp';
import { mailPages } from '../../worker/catcher/web';
import { testFolder } from '../support';

describe('the mail catcher', () => {
  const dir = testFolder('mail');
  const mailbox = new Mailbox(dir);
  const smtp = catchMails(mailbox);
  const pages = mailPages(mailbox);
  let url: string;
  let port: number;

  beforeAll(async () => {
    await new Promise<void>((done) => smtp.listen(0, '127.0.0.1', done));
    await new Promise<void>((done) => pages.listen(0, '127.0.0.1', done));
    port = (pages.address() as AddressInfo).port;
    url = `http://127.0.0.1:${port}`;
    const transport = createTransport({ host: '127.0.0.1', port: (smtp.server.address() as AddressInfo).port });
    await transport.sendMail({
      from: 'salesclose <close@example.test>',
      to: 'finance@example.test',
      bcc: 'archive@example.test',
      subject: '2026年10月结账报告 <b>',
      text: '请查收',
      html: '<p>请查收</p><script>document.title = "no"</script>',
      attachments: [{ filename: '报告.pdf', content: Buffer.from('%PDF-1.7 bytes') }],
    });
    transport.close();
  });

  afterAll(async () => {
    await new Promise<void>((done) => smtp.close(done));
    pages.closeAllConnections();
    await new Promise((done) => pages.close(done));
  });

  async function get(path: string): Promise<Response> {
    return fetch(url + path);
  }

  async function mailId(): Promise<string> {
    return (await mailbox.list(10))[0]!.id;
  }

  it('keeps each mail as one file with the bytes as sent', () => {
    const files = readdirSync(dir);
    expect(files).toHaveLength(1);
    expect(files[0]).toMatch(/\.eml$/);
    const source = readFileSync(join(dir, files[0]!), 'utf8');
    expect(source).toContain('Delivered-To: finance@example.test, archive@example.test');
    expect(source).toContain('Message-ID:');
  });

  it('lists mails with the envelope recipients and escapes what they say', async () => {
    const html = await (await get('/')).text();
    expect(html).toContain('2026年10月结账报告 &lt;b&gt;');
    expect(html).toContain('archive@example.test');
  });

  it('shows the HTML of a mail only under a policy that runs and loads nothing', async () => {
    const response = await get(`/mail/${await mailId()}/html`);
    expect(response.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
    const page = await (await get(`/mail/${await mailId()}`)).text();
    expect(page).toContain('<iframe sandbox=""');
    expect(page).not.toContain('<script>');
  });

  it('gives an attachment back byte for byte, as a download', async () => {
    const response = await get(`/mail/${await mailId()}/file/0`);
    expect(response.headers.get('content-disposition')).toContain(encodeURIComponent('报告.pdf'));
    expect(await response.text()).toBe('%PDF-1.7 bytes');
  });

  it('answers 404 for mails that are not there, also for paths that climb', async () => {
    expect((await get('/mail/nothing')).status).toBe(404);
    expect((await get('/mail/..%2f..%2fapp.url/source')).status).toBe(404);
  });

  it('refuses a request under a foreign host name', async () => {
    const status = await new Promise((done) => {
      request({ port, host: '127.0.0.1', headers: { host: 'evil.test' } }, (response) => {
        response.resume();
        done(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });
});
