package dev.firn.benchmarks.workload;

/** Which of a lane's rows an update meets. A pure function of a random number, so that any change can be made alone. */
public enum Popularity {
    /** Each row as often as any other. */
    UNIFORM {
        @Override
        long rank(double uniform, long rows, double zeta) {
            return (long) (uniform * rows);
        }
    },
    /**
     * The n-th most popular row as often as 1 / n<sup>0.99</sup> says, scattered over all keys. Drawn as in J. Gray et
     * al., Quickly Generating Billion-Record Synthetic Databases, SIGMOD 1994.
     */
    ZIPF {
        @Override
        long rank(double uniform, long rows, double zeta) {
            double scaled = uniform * zeta;
            long rank;
            if (scaled < 1) {
                rank = 0;
            } else if (scaled < 1 + Math.pow(0.5, THETA)) {
                rank = 1;
            } else {
                double zetaOfTwo = 1 + Math.pow(0.5, THETA);
                double eta = (1 - Math.pow(2.0 / rows, 1 - THETA)) / (1 - zetaOfTwo / zeta);
                rank = (long) (rows * Math.pow(eta * uniform - eta + 1, 1 / (1 - THETA)));
            }
            return scatter(Math.min(rank, rows - 1), rows);
        }

        @Override
        double zeta(long rows) {
            double sum = 0;
            for (double n = 1; n <= rows; n++) {
                sum += Math.pow(n, -THETA);
            }
            return sum;
        }
    },
    /** The rows that were loaded last: nine of ten updates meet the newest eighth. */
    RECENT {
        @Override
        long rank(double uniform, long rows, double zeta) {
            double age = -Math.log(1 - uniform) * rows / RECENT_SHARE;
            return Math.max(0, rows - 1 - (long) age);
        }
    };

    private static final double THETA = 0.99;
    private static final double RECENT_SHARE = 18;
    private static final double GOLDEN_RATIO = 0.6180339887498949;

    /** @param uniform from 0 up to, not including, 1 */
    abstract long rank(double uniform, long rows, double zeta);

    double zeta(long rows) {
        return 0;
    }

    /**
     * A bijection of [0, rows) that takes neighbours far apart: multiplies by a number that has no factor in common
     * with {@code rows}, near the golden section of it.
     */
    private static long scatter(long rank, long rows) {
        long factor = Math.max(1, (long) (rows * GOLDEN_RATIO));
        while (gcd(factor, rows) != 1) {
            factor++;
        }
        return rank * factor % rows;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
