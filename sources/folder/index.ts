import { DeliveredFiles } from '../delivered/connection';
import { deliverySettings, WRITING_SETTINGS } from '../delivered/delivery';
import type { SourceSystem } from '../system';
import { FolderPlace, type FolderLimits } from './place';

const LIMITS: FolderLimits = { lookSeconds: 60, copySeconds: 600 };
const TITLE = { zh: '监视目录', en: 'the watched folder' };

/** A folder on the server's disk, or of a share mounted there, into which somebody else puts files. */
export const folder: SourceSystem = {
  name: 'folder',
  title: TITLE,
  settings: [
    {
      name: 'path',
      about: { zh: '目录的绝对路径', en: 'the absolute path of the folder' },
      pattern: /^\//,
    },
    ...deliverySettings('statement_{yyyyMMdd}.sta -> mt940 working; pos_{yyyyMM}*.csv -> profile:lakala', '1024'),
    ...WRITING_SETTINGS,
  ],
  connect: (access) => new DeliveredFiles(new FolderPlace({ title: TITLE }, access, LIMITS), access),
};
