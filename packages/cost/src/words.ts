/** Formats dollars with the significant digits: `$12.35`, `$0.10`, `$0.053`, `$0.0000126`. */
export const money = (usd: number): string => {
  if (usd === 0) return '$0';
  const digits = usd >= 1 ? 2 : Math.min(12, 2 - Math.floor(Math.log10(usd)));
  const [whole = '0', cents = ''] = usd.toFixed(digits).split('.');
  return `$${Number(whole).toLocaleString('en-US')}.${cents.replace(/0+$/, '').padEnd(2, '0')}`;
};

/** Formats a count: `1,296,000`, `0.25`, `0.0000031`. */
export const quantity = (count: number): string => {
  if (Number.isInteger(count) || Math.abs(count) >= 1000) return Math.round(count).toLocaleString('en-US');
  return String(Number(count.toPrecision(3)));
};

/** Formats a sum on a bill: `$12.35`, `$0.02`, `under a cent`. */
export const cents = (usd: number): string => {
  if (usd === 0) return '-';
  return usd < 0.005
    ? 'under a cent'
    : `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
};
