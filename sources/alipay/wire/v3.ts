import { randomUUID, type KeyObject } from 'node:crypto';
import { isSignatureOf, signText } from '../../bills/keys';
import { exchange, refuseBusy, type HttpAnswer } from '../../http/exchange';
import { clockSkewed, notUnderstood, wrongSignature } from '../../trouble';
import { ALIPAY, dateOf, readJson, textField, type AskBill, type BillAnswer, type Credentials } from './gateway';

const PATH = '/v3/alipay/data/dataservice/bill/downloadurl/query';
/** More than this, and what is signed may be an old answer sent again. */
const MOST_SKEW_MS = 600_000;

/** The interface of the third generation: a path of its own for each method, the signature in the header. */
export const askV3: AskBill = async ({ billType, billDate }, { gateway, credentials, now, limits }) => {
  const target = `${PATH}?${new URLSearchParams({ bill_type: billType, bill_date: billDate }).toString()}`;
  const answer = await exchange(
    ALIPAY,
    {
      method: 'GET',
      url: `${new URL(gateway).origin}${target}`,
      headers: headersFor(target, credentials, now),
    },
    limits,
  );
  if (answer.status === 429) refuseBusy(ALIPAY, answer, now);
  const read = readAnswer(answer, credentials, now);
  if (read !== null) return read;
  refuseBusy(ALIPAY, answer, now);
  throw notUnderstood(ALIPAY, `HTTP ${answer.status}`);
};

function headersFor(target: string, credentials: Credentials, now: Date): Record<string, string> {
  const { appId, appCertSn, rootCertSn, appAuthToken, privateKey } = credentials;
  const said = [
    `app_id=${appId}`,
    ...(appCertSn === undefined ? [] : [`app_cert_sn=${appCertSn}`]),
    `nonce=${randomUUID()}`,
    `timestamp=${now.getTime()}`,
  ].join(',');
  const lines = [said, 'GET', target, '', ...(appAuthToken === undefined ? [] : [appAuthToken])];
  const signature = signText(privateKey, `${lines.join('\n')}\n`);
  return {
    accept: 'application/json',
    authorization: `ALIPAY-SHA256withRSA ${said},sign=${signature}`,
    'alipay-request-id': randomUUID(),
    ...(rootCertSn === undefined ? {} : { 'alipay-root-cert-sn': rootCertSn }),
    ...(appAuthToken === undefined ? {} : { 'alipay-app-auth-token': appAuthToken }),
  };
}

/** @returns null where the body says nothing that could be acted on */
function readAnswer(answer: HttpAnswer, { alipayKey }: Credentials, now: Date): BillAnswer | null {
  const { status, headers } = answer;
  const body = answer.bytes.toString('utf8');
  const isSigned = verifySignature(headers, body, alipayKey, now);
  const node = readJson(body);
  const code = textField(node, 'code');
  const isDone = status === 200;
  if (typeof node !== 'object' || (code === undefined && !isDone)) return null;
  const url = textField(node, 'bill_download_url');
  const fileCode = textField(node, 'bill_file_code');
  return {
    isSigned,
    isDone,
    codes: [classOf(status), ...(code === undefined ? [] : [code])],
    ...(url === undefined ? {} : { url }),
    ...(fileCode === undefined ? {} : { fileCode }),
    ...dateOf(headers),
  };
}

/** @returns whether there is a signature; a wrong one, or one of another time, is thrown */
function verifySignature(headers: Headers, body: string, key: KeyObject, now: Date): boolean {
  const signature = headers.get('alipay-signature');
  if (signature === null) return false;
  const timestamp = headers.get('alipay-timestamp') ?? '';
  const signed = `${timestamp}\n${headers.get('alipay-nonce') ?? ''}\n${body}\n`;
  if (!isSignatureOf(key, signed, signature)) throw wrongSignature(ALIPAY);
  const skew = Math.abs(Number(timestamp) - now.getTime());
  if (!(skew <= MOST_SKEW_MS)) throw clockSkewed(ALIPAY, Math.round(skew / 1_000));
  return true;
}

/** HTTP statuses as the classes of refusal that the gateway names. */
function classOf(status: number): string {
  if (status >= 500) return '20000';
  if (status === 401) return '20001';
  return status === 403 ? '40006' : '40004';
}
