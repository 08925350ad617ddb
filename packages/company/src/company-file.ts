import type { Wire } from '@qdn/contracts';

/** A company file whose form is right. */
export type CompanyFile = Wire<'companyFile'>;
