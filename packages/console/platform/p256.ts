/** The field and `b` of P-256 (NIST SP 800-186, 3.2.1.3); `a` is −3. */
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** Whether the point is one of the curve. @param x @param y 64 hexadecimal digits each */
export function isOnP256(x: string, y: string): boolean {
  const [px, py] = [BigInt(`0x${x}`), BigInt(`0x${y}`)];
  return px < P && py < P && (py * py - (px * px * px - 3n * px + B)) % P === 0n;
}
