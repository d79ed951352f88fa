"""The works that several materials cite."""

ZHANG_SODIUM_OXYGEN = (
    "Zhang et al., Unveiling the electro-chemo-mechanical failure mechanism of sodium metal anodes "
    "in sodium-oxygen batteries "
    "by synchrotron X-ray computed tomography"
)
CAO_2023 = "Cao et al., Adv. Funct. Mater. (2023), doi 10.1002/adfm.202307998"
ZHANG_2024 = "Zhang et al., Energy Environ. Sci. 17 (2024) 1448"
GONG_2023 = "Gong et al., Energy Environ. Sci. (2023), doi 10.1039/d2ee02606f"
WANG_2020 = "Wang et al., Materialia (2020)"
MEMORY = "from memory; no source at hand"
CHOICE = "a choice; no source"
