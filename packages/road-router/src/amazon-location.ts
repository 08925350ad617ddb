import { CalculateRoutesCommand, GeoRoutesClient } from '@aws-sdk/client-geo-routes';
import { type Engine, isAmount } from './engine.ts';

/**
 * Amazon Location Service, Routes V2: the route of a truck that leaves now, in current traffic. Called with the function's own role;
 * a company without it pays nothing and needs no permission.
 * https://docs.aws.amazon.com/location/latest/APIReference/API_CalculateRoutes.html
 */
export const amazonLocation = (): Engine => {
  const client = new GeoRoutesClient({ maxAttempts: 1 });
  return async (from, to, abortSignal) => {
    const { Routes = [] } = await client.send(
      new CalculateRoutesCommand({
        Origin: [from.lon, from.lat],
        Destination: [to.lon, to.lat],
        TravelMode: 'Truck',
        DepartNow: true,
        LegGeometryFormat: 'Simple',
      }),
      { abortSignal },
    );
    const route = Routes[0];
    if (!route) return null;
    const { Distance: distanceM, Duration: seconds } = route.Summary ?? {};
    if (!isAmount(distanceM) || !isAmount(seconds))
      throw new Error('Amazon Location answered with a route without a summary');
    return { distanceM, seconds };
  };
};
