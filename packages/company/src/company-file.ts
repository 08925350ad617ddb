import type { Wire } from '@qdn/contracts';

/** A company file that follows its schema. */
export type CompanyFile = Wire<'companyFile'>;
