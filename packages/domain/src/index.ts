export * from './errors.ts';
export * from './fix.ts';
export * from './ids.ts';
export * from './job.ts';
