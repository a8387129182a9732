"""stub"""

from localpay.payments.providers.manual import Manual


class Simulator(Manual):
    id = "simulator"
