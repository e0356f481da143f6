"""Networks whose errors score the times of a series: the larger the error, the more unusual the time."""
