import { MEMBER } from '../../domain/bundle';
import type { SealedMonth } from '../../domain/verify/seal';

/** The page inside a bundle that tells what it is and how to check it, in Chinese and English. */
export function readmeText(
  company: { readonly code: string; readonly name: string },
  months: readonly SealedMonth[],
  withFiles: boolean,
): string {
  const seals = months.map(({ month, seal }) => `  ${month}  ${seal?.hash ?? ''}`).join('\n');
  return `${company.name} ${company.code}
结账证据包 · evidence bundle of a closed month

期间与封存 · months and their seals
${seals}

${chinese(company.code, withFiles)}
${english(company.code, withFiles)}`;
}

function chinese(code: string, withFiles: boolean): string {
  return `一、核对方法
  salesclose audit verify ${code} --bundle <本文件> [--key <公钥文件>]
  无需服务器、无需登录。公钥请从别处取得（结账报告、结账邮件或管理员），用 --key 给出；
  未给出时使用包内公钥，只能证明包内前后一致，不能证明由谁封存。

二、包内文件
  ${MEMBER.seals}        每月封存：内容、哈希、Ed25519 签名、公钥，自公司首月起首尾相连
  ${MEMBER.audit}        操作记录链，自首条至记载最新封存的一条；${MEMBER.people} 为人员编号与登录名
  YYYY-MM/rows/*.tsv     封存的每一行（订单、凭证、匹配、差异、处理、决定……），PostgreSQL COPY 文本，
                         列名与顺序见 ${MEMBER.seals} 的 content.relations
  YYYY-MM/blocks/*       每 10,000 行一块的 SHA-256
  YYYY-MM/policy.yaml    结账所依制度，其 SHA-256 在封存之内；report.json 为结账报告
  YYYY-MM/files.ndjson   原始文件清单（SHA-256、名称、大小）${withFiles ? '；文件本身在 files/ 下' : '；文件本身不在包内'}
  ${MEMBER.manifest}        各文件的 SHA-256，只供查找；证明力来自封存与签名

三、不用本软件也能核对
  取 rows/*.tsv 每 10,000 行（末块不足亦为一块）连同行尾换行计算 SHA-256，应等于 blocks/* 同号一行的 sha256；
  各块“号、行数、首键、末键、sha256、索引的 sha256”以制表符相连、换行结尾，其 SHA-256 应等于 content.relations 的 root；
  索引的 sha256 取自 keys 与 checks 两段 base64 解码后的字节相连。
  content 写成键名排序、无空格的 JSON，其 SHA-256 应等于 hash；signature 是公钥对该 32 字节哈希的 Ed25519 签名。
`;
}

function english(code: string, withFiles: boolean): string {
  return `1. How to check it
  salesclose audit verify ${code} --bundle <this file> [--key <public key file>]
  It takes no server and no sign-in. Get the public key by another way (the report, its mail, the administrator) and
  name it with --key: with the key from inside, the bundle only proves that it is of one piece, not who sealed it.

2. What is inside
  ${MEMBER.seals}        the seal of each month: content, hash, Ed25519 signature, key; chained from the first month on
  ${MEMBER.audit}        the audit chain up to the entry that records the newest seal; ${MEMBER.people}: who is who
  YYYY-MM/rows/*.tsv     every sealed row (orders, postings, matches, exceptions, resolutions, decisions, ...) as
                         PostgreSQL's COPY text; columns in their order stand in content.relations of ${MEMBER.seals}
  YYYY-MM/blocks/*       the SHA-256 of each 10,000 rows
  YYYY-MM/policy.yaml    the policy the month was closed on, its SHA-256 is sealed; report.json: the report
  YYYY-MM/files.ndjson   the original files: SHA-256, name, size${withFiles ? '; the files themselves are in files/' : '; the files themselves are not inside'}
  ${MEMBER.manifest}        the SHA-256 of every member, for finding things; the proof is in seals and signatures

3. Without this program
  The SHA-256 of each 10,000 lines of rows/*.tsv (the last block may be shorter), line ends included, is the sha256 of
  the line with that number in blocks/*. The lines "number, rows, first key, last key, sha256, sha256 of the index",
  joined by tabs and ended by a newline, give the root in content.relations by their SHA-256; the index is the bytes of
  keys and checks, each decoded from base64, one after the other.
  content written as JSON with sorted names and without spaces gives hash by its SHA-256; signature is the key's Ed25519
  signature over the 32 bytes of that hash.
`;
}
