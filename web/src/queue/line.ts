/** The driver of one queue for as long as a page shows it. */

import { useEffect, useState } from "preact/hooks";
import { Driver } from "~/queue/driver";

export function useDriver(concertId: string, fanId: string): Driver | null {
  const [driver, setDriver] = useState<Driver | null>(null);
  useEffect(() => {
    const made = new Driver(concertId, fanId);
    setDriver(made);
    return () => made.close();
  }, [concertId, fanId]);
  return driver;
}
